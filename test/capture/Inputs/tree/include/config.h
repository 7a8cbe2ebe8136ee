#include <generated/limits.h>
