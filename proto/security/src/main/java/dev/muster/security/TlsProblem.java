package dev.muster.security;

/** Files for TLS that cannot be used; the message is one line that names the file and what to do. */
public final class TlsProblem extends Exception {

    private static final long serialVersionUID = 1L;

    public TlsProblem(String message) {
        super(message);
    }

    TlsProblem(String message, Throwable cause) {
        super(message, cause);
    }
}
