/**
 * The one thread that owns the controller's state: it decides, commits what was decided, and only then acts and answers.
 */
@NullMarked
package dev.muster.controller.loop;

import org.jspecify.annotations.NullMarked;
