package dev.muster.controller.config;

/** Something in the configuration that this controller cannot start with; the message is one line for people. */
public final class ConfigProblem extends Exception {

    private static final long serialVersionUID = 1L;

    public ConfigProblem(String message) {
        super(message);
    }
}
