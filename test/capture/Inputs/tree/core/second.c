int second(void) { return GENERATED; }
