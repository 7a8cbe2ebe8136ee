int real(void) { return GENERATED; }
