/** Everything the loop thread owns, in memory and indexed, and the turn that changes it together with the store. */
@NullMarked
package dev.muster.controller.model;

import org.jspecify.annotations.NullMarked;
