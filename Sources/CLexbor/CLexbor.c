#include "CLexbor.h"
