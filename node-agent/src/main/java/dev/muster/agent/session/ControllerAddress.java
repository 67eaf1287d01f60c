package dev.muster.agent.session;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a controller listens. */
public record ControllerAddress(String host, int port) {
    private static final Pattern FORM = Pattern.compile("(?:\\[([0-9a-fA-F:.%]+)]|([^:\\[\\]\\s/]+)):(\\d{1,5})");
    private static final int MAX_PORT = 65535;

    /**
     * Reads {@code HOST:PORT}, with an IPv6 address in brackets.
     *
     * @throws IllegalArgumentException with one line for people
     */
    public static ControllerAddress parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (matcher.matches()) {
            int port = Integer.parseInt(matcher.group(3));
            if (port > 0 && port <= MAX_PORT) {
                String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
                return new ControllerAddress(host, port);
            }
        }
        throw new IllegalArgumentException("\"" + text + "\" is no controller address; write it like 10.0.0.1:7443");
    }

    /** As {@link #parse}, for what another program wrote: nothing where it makes no sense. */
    static Optional<ControllerAddress> find(String text) {
        try {
            return Optional.of(parse(text));
        } catch (IllegalArgumentException nonsense) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
