package dev.muster.cli.command;

import dev.muster.cli.client.Controller;
import dev.muster.cli.output.ExitCode;
import dev.muster.cli.output.NodeRendering;
import dev.muster.proto.v1.NodeRequest;
import dev.muster.proto.v1.NodeSummary;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster node cordon|uncordon|drain|quarantine|release|declare-dead NODE...}. */
final class NodeChangeCommand extends ControllerCommand {

    /** What can be done to a host. */
    enum Deed {
        CORDON,
        UNCORDON,
        DRAIN,
        QUARANTINE,
        RELEASE,
        DECLARE_DEAD
    }

    private final Deed deed;

    @Parameters(paramLabel = "NODE", arity = "1..*", description = "the hosts' names")
    private List<String> nodes = List.of();

    @Option(names = "--reason", paramLabel = "TEXT", description = "for the record")
    private String reason = "";

    NodeChangeCommand(Environment environment, Deed deed) {
        super(environment);
        this.deed = deed;
    }

    @Override
    void check() {
        nodes.forEach(NodeName::require);
    }

    @Override
    ExitCode run(Controller controller) {
        for (String node : nodes) {
            NodeRequest request =
                    NodeRequest.newBuilder().setName(node).setReason(reason).build();
            print(new NodeRendering(
                    change(controller, request),
                    deed.name().toLowerCase(Locale.ROOT).replace('_', '-')));
        }
        return ExitCode.DONE;
    }

    private NodeSummary change(Controller controller, NodeRequest request) {
        return controller.changeFleet(fleet -> switch (deed) {
            case CORDON -> fleet.cordon(request);
            case UNCORDON -> fleet.uncordon(request);
            case DRAIN -> fleet.drain(request);
            case QUARANTINE -> fleet.quarantine(request);
            case RELEASE -> fleet.release(request);
            case DECLARE_DEAD -> fleet.declareDead(request);
        });
    }
}
