package dev.muster.controller.election;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What a controller writes into the leader key: two lines of text, so that a person with nothing but the store's own tool can
 * read who leads.
 *
 * @param identity unique to one life of one process: host, process number and a random word
 * @param address {@code HOST:PORT} where agents and users reach it; empty where nobody needs to be sent there
 */
public record Candidate(String identity, String address) {

    public Candidate {
        if (identity.indexOf('\n') >= 0 || address.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("a candidate's identity and address are one line each; got '" + identity
                    + "' and '" + address + "'");
        }
    }

    byte[] encode() {
        return (identity + "\n" + address + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Reads the leader key; whoever wrote an address that is not there cannot be pointed to. */
    static Candidate decode(byte[] value) {
        List<String> lines = new String(value, StandardCharsets.UTF_8).lines().toList();
        return new Candidate(lines.isEmpty() ? "" : lines.get(0), lines.size() > 1 ? lines.get(1) : "");
    }

    /** Where to go, if it says so. */
    public Optional<String> reachableAt() {
        return Optional.of(address).filter(text -> !text.isEmpty());
    }
}
