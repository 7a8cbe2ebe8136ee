int part2(void) { return GENERATED; }
