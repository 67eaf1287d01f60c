package dev.muster.agent.device;

/**
 * One line of the kernel log.
 *
 * @param text without the kernel's prefix
 * @param atMillis wall clock when it was written, as well as that is known
 * @param identity the same for the same line, however often it is read; empty when the source has no such thing
 */
public record KernelLine(String text, long atMillis, String identity) {}
