package dev.muster.agent.session;

import dev.muster.security.TlsClient;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The controllers of the cluster.
 *
 * @param addresses tried in turn
 * @param tls how they are spoken to; empty: in plain text
 */
public record Controllers(List<ControllerAddress> addresses, Optional<TlsClient> tls) {

    public Controllers {
        addresses = List.copyOf(addresses);
    }

    @Override
    public String toString() {
        return addresses.stream().map(ControllerAddress::toString).collect(Collectors.joining(", "))
                + (tls.isPresent() ? " in TLS" : "");
    }
}
