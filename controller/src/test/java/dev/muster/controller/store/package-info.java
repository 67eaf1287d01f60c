/** What every store must do, and the tools to ask it. */
@NullMarked
package dev.muster.controller.store;

import org.jspecify.annotations.NullMarked;
