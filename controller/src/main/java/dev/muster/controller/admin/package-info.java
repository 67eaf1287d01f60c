/**
 * The state as a whole: opening it wherever it is, its schema version, and what operators do with it while no controller
 * works on it: look, check, back up, restore, move.
 */
@NullMarked
package dev.muster.controller.admin;

import org.jspecify.annotations.NullMarked;
