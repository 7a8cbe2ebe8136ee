int ext_main(void) { return GENERATED; }
