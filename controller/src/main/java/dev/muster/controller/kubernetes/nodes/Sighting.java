package dev.muster.controller.kubernetes.nodes;

import dev.muster.controller.state.NodeRecord;
import java.util.Optional;

/** What was seen of one node, for the core. */
sealed interface Sighting {

    String host();

    /** Whether its kubelet answers. */
    enum Answer {
        READY,
        /** It has stopped to, but not for long. */
        SILENT_FOR_NOW,
        NOT_READY
    }

    /**
     * A node of ours.
     *
     * @param why it does not answer; empty when it does
     * @param fenced proof that nothing runs there
     */
    record Seen(NodeRecord facts, Answer answer, String why, Optional<String> fenced) implements Sighting {
        @Override
        public String host() {
            return facts.name();
        }
    }

    /** There is a node of that name, but the topology's selector leaves it out. Whatever runs there runs on. */
    record NotOurs(String host) implements Sighting {}

    /** There is no such Node object. */
    record Gone(String host) implements Sighting {}
}
