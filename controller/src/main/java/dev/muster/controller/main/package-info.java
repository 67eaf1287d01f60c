/** Puts the controller together and starts it; the only package that knows every other. */
@NullMarked
package dev.muster.controller.main;

import org.jspecify.annotations.NullMarked;
