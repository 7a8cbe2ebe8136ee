int part1(void) { return GENERATED; }
