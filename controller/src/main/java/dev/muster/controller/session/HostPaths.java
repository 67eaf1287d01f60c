package dev.muster.controller.session;

import dev.muster.controller.session.AgentMessage.Registration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where hosts are in the fabric: what the cluster file says wins over what an agent says of itself. */
public final class HostPaths {

    private final List<String> levels;
    private final Map<String, List<String>> declared;

    public HostPaths(List<String> levels, Map<String, List<String>> declared) {
        this.levels = List.copyOf(levels);
        this.declared = Map.copyOf(declared);
    }

    List<String> pathOf(Registration registration) {
        return declared.getOrDefault(registration.host(), registration.path());
    }

    /** Why this registration cannot be placed in the tree. */
    Optional<String> objectionTo(Registration registration) {
        List<String> path = pathOf(registration);
        if (path.size() == levels.size()) {
            return Optional.empty();
        }
        return Optional.of("host " + registration.host() + " has path " + path + " but the cluster's levels are "
                + levels + "; name it in the cluster file, or start its agent with --path " + String.join(",", levels));
    }
}
