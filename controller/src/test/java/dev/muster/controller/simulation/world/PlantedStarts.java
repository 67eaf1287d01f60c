package dev.muster.controller.simulation.world;

import dev.muster.controller.session.AgentCommand;
import dev.muster.controller.session.AgentCommand.StartRun;
import dev.muster.controller.session.AgentGateway;
import dev.muster.controller.simulation.control.ControllerCore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A planted bug: agents are told to start something else than was decided. */
final class PlantedStarts implements AgentGateway {

    /** Sends an order to whoever it shall reach. */
    interface Misguidance {
        void send(StartRun order, Outbox outbox, Map<String, Outbox> everybody);
    }

    private final AgentGateway real;
    private final Misguidance misguidance;
    private final Map<String, Outbox> everybody = new HashMap<>();

    private PlantedStarts(AgentGateway real, Misguidance misguidance) {
        this.real = real;
        this.misguidance = misguidance;
    }

    /** Spares are told to start too. */
    static PlantedStarts onSparesToo(AgentGateway real, ControllerCore core) {
        return new PlantedStarts(real, (order, outbox, everybody) -> {
            outbox.send(order);
            sparesOf(order, core).forEach(spare -> {
                Outbox other = everybody.get(spare);
                if (other != null) {
                    other.send(order);
                }
            });
        });
    }

    private static List<String> sparesOf(StartRun order, ControllerCore core) {
        return core.model()
                .jobByUid(order.jobUid())
                .flatMap(job -> core.model().placementOf(job))
                .map(placement ->
                        placement.spares().stream().map(spare -> spare.host()).toList())
                .orElse(List.of());
    }

    /** The attempt that follows is started. */
    static PlantedStarts ahead(AgentGateway real) {
        return new PlantedStarts(
                real,
                (order, outbox, everybody) -> outbox.send(new StartRun(
                        order.jobUid(),
                        order.epoch() + 1,
                        order.namespace(),
                        order.name(),
                        order.nodeRank(),
                        order.nodes(),
                        order.firstRank(),
                        order.ranks(),
                        order.worldSize(),
                        order.accelerators(),
                        order.masterAddress(),
                        order.masterPort(),
                        order.topology(),
                        order.template(),
                        order.checkpointDirectory(),
                        order.isolationTimeout(),
                        order.resources())));
    }

    @Override
    public Inbox connect(Outbox outbox) {
        everybody.put(outbox.peer(), outbox);
        return real.connect(new Outbox() {
            @Override
            public void send(AgentCommand command) {
                if (command instanceof StartRun order) {
                    misguidance.send(order, outbox, everybody);
                } else {
                    outbox.send(command);
                }
            }

            @Override
            public void close() {
                outbox.close();
            }

            @Override
            public String peer() {
                return outbox.peer();
            }
        });
    }
}
