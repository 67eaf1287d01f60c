package dev.muster.controller.loop;

/**
 * Marks exceptions that mean "no, because": the request was understood, nothing was changed, and the caller shall hear the
 * reason. Only unchecked exceptions can carry it out of an {@link Operation}.
 */
public interface DeclaredRefusal {}
