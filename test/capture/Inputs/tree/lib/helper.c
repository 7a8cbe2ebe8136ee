int helper(void) { return GENERATED; }
