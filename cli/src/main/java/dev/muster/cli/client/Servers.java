package dev.muster.cli.client;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The controllers of one cluster, in the order in which they are tried. Any of them knows who leads. */
public record Servers(List<ServerAddress> addresses) {

    public static final Servers DEFAULT = of(ServerAddress.DEFAULT);

    public Servers {
        addresses = List.copyOf(addresses);
    }

    public static Servers of(ServerAddress only) {
        return new Servers(List.of(only));
    }

    /**
     * Reads {@code HOST:PORT,HOST:PORT}; each part as {@link ServerAddress#parse}.
     *
     * @param source where the text came from, for the error: {@code --server} and so on
     */
    public static Servers parse(String text, String source) {
        return new Servers(Arrays.stream(text.split(",", -1))
                .map(part -> ServerAddress.parse(part.strip(), source))
                .toList());
    }

    boolean isOne() {
        return addresses.size() == 1;
    }

    @Override
    public String toString() {
        return addresses.stream().map(ServerAddress::toString).collect(Collectors.joining(", "));
    }
}
