package dev.muster.agent.main;

import dev.muster.agent.config.AgentConfig;
import dev.muster.agent.session.ControllerAddress;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the ranks of other hosts reach this one. A name that does not even resolve here would leave a whole gang waiting
 * for rank 0 until its communication library gives up.
 */
final class AdvertisedAddress {

    private static final Logger LOG = LoggerFactory.getLogger(AdvertisedAddress.class);

    private AdvertisedAddress() {}

    static String of(AgentConfig config) {
        return config.address()
                .orElseGet(() -> of(config.host(), config.controllers().addresses()));
    }

    /** The name where it resolves, else the address that connections to the controllers come from, else the name. */
    static String of(String host, List<ControllerAddress> controllers) {
        if (resolves(host)) {
            return host;
        }
        Optional<String> local = controllers.stream()
                .map(AdvertisedAddress::addressTowards)
                .flatMap(Optional::stream)
                .findFirst();
        if (local.isPresent()) {
            LOG.warn("the name {} does not resolve here; tells ranks to use {}, or give --address", host, local.get());
        } else {
            LOG.warn("the name {} does not resolve here; ranks on other hosts need it: give --address", host);
        }
        return local.orElse(host);
    }

    private static boolean resolves(String host) {
        try {
            InetAddress.getByName(host);
            return true;
        } catch (UnknownHostException unknown) {
            return false;
        }
    }

    /** Connecting a datagram socket sends nothing; it only asks for the route. */
    private static Optional<String> addressTowards(ControllerAddress controller) {
        InetSocketAddress peer = new InetSocketAddress(controller.host(), controller.port());
        if (peer.isUnresolved()) {
            return Optional.empty();
        }
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(peer);
            return Optional.of(socket.getLocalAddress().getHostAddress());
        } catch (SocketException unreachable) {
            return Optional.empty();
        }
    }
}
