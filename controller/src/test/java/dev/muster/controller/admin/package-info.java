/** The state as a whole. */
@NullMarked
package dev.muster.controller.admin;

import org.jspecify.annotations.NullMarked;
