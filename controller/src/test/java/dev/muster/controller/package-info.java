/** Checks of the module as a whole. */
@NullMarked
package dev.muster.controller;

import org.jspecify.annotations.NullMarked;
