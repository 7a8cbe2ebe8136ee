int whole(void) { return GENERATED; }
