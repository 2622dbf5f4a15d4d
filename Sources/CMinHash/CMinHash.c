#include "CMinHash.h"
