package dev.muster.cli.local;

import dev.muster.cli.output.Console;
import dev.muster.cli.output.Style;
import dev.muster.cli.output.Styled;
import dev.muster.proto.v1.HostAssignment;
import java.util.List;
import java.util.Set;

/** The hosts of the demo beside each other, each with its accelerators and what it does for the job. */
final class HostPicture {

    private final Console console;
    private final ClusterPlan plan;

    HostPicture(Console console, ClusterPlan plan) {
        this.console = console;
        this.plan = plan;
    }

    /** @param dead hosts whose agent was killed */
    void draw(List<HostAssignment> placement, Set<String> dead) {
        for (PlannedHost host : plan.hosts()) {
            boolean isDead = dead.contains(host.name());
            List<HostAssignment> roles = placement.stream()
                    .filter(assignment -> assignment.getHost().equals(host.name()))
                    .toList();
            Styled look = isDead
                    ? new Styled(Style.RED, "✗".repeat((int) host.accelerators()) + "  killed")
                    : roles.isEmpty()
                            ? new Styled(Style.DIM, "□".repeat((int) host.accelerators()) + "  free")
                            : role(host, roles.get(0));
            console.line("    {}  {}  {}", Styled.dim(String.join("/", host.path())), Styled.bold(host.name()), look);
        }
    }

    private static Styled role(PlannedHost host, HostAssignment assignment) {
        String squares = "■".repeat((int) host.accelerators());
        if (assignment.getNodeRank() < 0) {
            return new Styled(Style.CYAN, "□".repeat((int) host.accelerators()) + "  spare");
        }
        int last = assignment.getFirstRank() + assignment.getRanks() - 1;
        return new Styled(Style.GREEN, squares + "  ranks " + assignment.getFirstRank() + " to " + last);
    }
}
