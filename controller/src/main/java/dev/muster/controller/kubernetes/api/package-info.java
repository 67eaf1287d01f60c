/** Muster's objects as the API server keeps them: their fields, and the rules by which it refuses what Muster would. */
@NullMarked
package dev.muster.controller.kubernetes.api;

import org.jspecify.annotations.NullMarked;
