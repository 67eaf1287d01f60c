package dev.muster.controller.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Where the state is: in a directory of this machine, or in an etcd cluster. */
public sealed interface StoreAddress {

    /** As it was written, for messages. */
    String text();

    /** The embedded store of a directory. */
    record Directory(Path path) implements StoreAddress {
        @Override
        public String text() {
            return path.toString();
        }
    }

    /** @param endpoints {@code host:port} of each member that is to be used */
    record Etcd(List<String> endpoints) implements StoreAddress {
        public Etcd {
            endpoints = List.copyOf(endpoints);
        }

        @Override
        public String text() {
            return SCHEME + String.join(",", endpoints);
        }
    }

    String SCHEME = "etcd://";
    Pattern ENDPOINT = Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:\\d{1,5})?");
    int DEFAULT_PORT = 2379;

    /** Reads {@code etcd://host:2379,host:2379} or a directory's path. */
    static StoreAddress of(String text) throws ConfigProblem {
        if (!text.startsWith(SCHEME)) {
            if (text.isBlank() || text.contains("://")) {
                throw new ConfigProblem(
                        "store '" + text + "' is not known; give a directory or etcd://HOST:PORT,HOST:PORT");
            }
            return new Directory(Path.of(text));
        }
        List<String> endpoints = new ArrayList<>();
        for (String endpoint : List.of(text.substring(SCHEME.length()).split(",", -1))) {
            if (!ENDPOINT.matcher(endpoint).matches()) {
                throw new ConfigProblem("'" + endpoint + "' in store '" + text
                        + "' is not a member of etcd; write etcd://HOST:PORT,HOST:PORT");
            }
            boolean hasPort = endpoint.matches(".*:\\d+");
            endpoints.add(hasPort ? endpoint : endpoint + ":" + DEFAULT_PORT);
        }
        return new Etcd(endpoints);
    }
}
