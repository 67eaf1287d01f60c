package dev.muster.scheduler.document;

/**
 * Something wrong with a value of a document.
 *
 * @param field the path to the value, as {@code spec.slices[0].hosts}; empty for the whole document
 * @param message what is wrong, the value, and what to do; one line
 * @param line from 1
 */
public record Problem(String field, String message, int line) {}
