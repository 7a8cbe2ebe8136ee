int first(void) { return GENERATED; }
