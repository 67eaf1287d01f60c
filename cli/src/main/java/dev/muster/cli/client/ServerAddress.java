package dev.muster.cli.client;

import dev.muster.cli.output.CommandFailure;

/** Where a controller listens. */
public record ServerAddress(String host, int port) {

    public static final int DEFAULT_PORT = 7443;
    public static final ServerAddress DEFAULT = new ServerAddress("127.0.0.1", DEFAULT_PORT);

    private static final int LARGEST_PORT = 65_535;

    /**
     * Reads {@code HOST:PORT}, {@code HOST} or {@code [IPV6]:PORT}.
     *
     * @param source where the text came from, for the error: {@code --server} and so on
     */
    public static ServerAddress parse(String text, String source) {
        boolean bracketed = text.startsWith("[") && text.indexOf(']') > 1;
        int hostEnd = bracketed ? text.indexOf(']') : text.lastIndexOf(':');
        String host = bracketed ? text.substring(1, hostEnd) : hostEnd < 0 ? text : text.substring(0, hostEnd);
        String rest = hostEnd < 0 ? "" : text.substring(bracketed ? hostEnd + 1 : hostEnd);
        int port = rest.isEmpty() ? DEFAULT_PORT : port(rest);
        boolean plainHost = !host.isEmpty() && host.chars().allMatch(ServerAddress::belongsInHost);
        if (!plainHost || port < 1 || (!bracketed && host.indexOf(':') >= 0)) {
            throw CommandFailure.usage(
                    "%s is \"%s\"; it must be HOST:PORT, such as 127.0.0.1:%d".formatted(source, text, DEFAULT_PORT));
        }
        return new ServerAddress(host, port);
    }

    private static int port(String rest) {
        String digits = rest.substring(1);
        boolean isNumber = rest.startsWith(":")
                && !digits.isEmpty()
                && digits.length() <= 5
                && digits.chars().allMatch(character -> character >= '0' && character <= '9');
        int port = isNumber ? Integer.parseInt(digits) : -1;
        return port <= LARGEST_PORT ? port : -1;
    }

    private static boolean belongsInHost(int character) {
        return Character.isLetterOrDigit(character) || ".-_:%".indexOf(character) >= 0;
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
