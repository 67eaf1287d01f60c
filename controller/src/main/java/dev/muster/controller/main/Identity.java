package dev.muster.controller.main;

import dev.muster.controller.config.ControllerOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.UUID;

/** Who this process is to other controllers, and where it is reached. */
final class Identity {

    private Identity() {}

    /** For people, and unlike that of any other life of any controller. */
    static String ofThisProcess() {
        String life = UUID.randomUUID().toString().substring(0, 8);
        return hostName() + " pid " + ProcessHandle.current().pid() + " life " + life;
    }

    /** What was advertised, or else the bound address; an address that means "all" is replaced by this host's name. */
    static String address(ControllerOptions options, int port) {
        return options.advertise().orElseGet(() -> {
            boolean all = options.bind().equals("0.0.0.0") || options.bind().equals("::");
            String host = all ? hostName() : options.bind();
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        });
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unknown) {
            return "localhost";
        }
    }
}
