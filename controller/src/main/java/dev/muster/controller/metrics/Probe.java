package dev.muster.controller.metrics;

/**
 * The answer to "are you well?".
 *
 * @param text one line for people: why not, or what is well
 */
public record Probe(boolean ok, String text) {

    public static Probe ok(String text) {
        return new Probe(true, text);
    }

    public static Probe failing(String text) {
        return new Probe(false, text);
    }
}
