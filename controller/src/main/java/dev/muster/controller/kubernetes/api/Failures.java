package dev.muster.controller.kubernetes.api;

import io.fabric8.kubernetes.client.KubernetesClientException;

/** What went wrong with a call to the API server, in words for people. */
public final class Failures {

    private Failures() {}

    /** The server's own words where it answered, else what the connection said; one line. */
    public static String words(Throwable failure) {
        if (failure instanceof KubernetesClientException refused
                && refused.getStatus() != null
                && refused.getStatus().getMessage() != null) {
            return refused.getStatus().getMessage().lines().findFirst().orElse("");
        }
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        String said = cause.getMessage();
        return said == null
                ? cause.getClass().getSimpleName()
                : said.lines().findFirst().orElse("");
    }
}
