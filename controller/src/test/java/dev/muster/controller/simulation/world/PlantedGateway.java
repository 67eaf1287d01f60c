package dev.muster.controller.simulation.world;

import dev.muster.controller.session.AgentGateway;
import dev.muster.controller.session.AgentMessage;
import dev.muster.controller.session.AgentMessage.Registration;
import dev.muster.controller.session.AgentMessage.RunReport;
import dev.muster.controller.simulation.control.ControllerCore;
import dev.muster.controller.workload.RankState;
import dev.muster.controller.workload.RankStatus;
import java.util.List;
import java.util.function.UnaryOperator;

/** A planted bug: what agents say is heard as something else. */
record PlantedGateway(AgentGateway real, UnaryOperator<AgentMessage> mishear) implements AgentGateway {

    /** The epoch of a report is not looked at: it counts for the job's present attempt. */
    static PlantedGateway blindForEpochs(AgentGateway real, ControllerCore core) {
        return new PlantedGateway(
                real, message -> message instanceof RunReport report ? asOfNow(report, core) : message);
    }

    private static RunReport asOfNow(RunReport report, ControllerCore core) {
        long epoch = core.model()
                .jobByUid(report.jobUid())
                .map(job -> (long) job.status().attempt())
                .orElse(report.epoch());
        return new RunReport(report.jobUid(), epoch, report.phase(), report.ranks(), report.message());
    }

    /** Ranks that failed count as done. */
    static PlantedGateway hopeful(AgentGateway real) {
        return new PlantedGateway(real, message -> message instanceof RunReport report ? asDone(report) : message);
    }

    private static RunReport asDone(RunReport report) {
        List<RankStatus> ranks = report.ranks().stream()
                .map(rank -> rank.state() == RankState.FAILED
                        ? new RankStatus(rank.rank(), RankState.SUCCEEDED, 0, "", rank.devices())
                        : rank)
                .toList();
        return new RunReport(report.jobUid(), report.epoch(), report.phase(), ranks, report.message());
    }

    /** Everything that a host has is counted twice. */
    static PlantedGateway countingTwice(AgentGateway real) {
        return new PlantedGateway(
                real, message -> message instanceof Registration registration ? twice(registration) : message);
    }

    private static Registration twice(Registration said) {
        return new Registration(
                said.host(),
                said.agentId(),
                said.bootId(),
                said.agentVersion(),
                said.address(),
                said.path(),
                said.capacity().times(2),
                said.acceleratorType(),
                said.devices(),
                said.runs(),
                said.labels());
    }

    @Override
    public Inbox connect(Outbox outbox) {
        Inbox inbox = real.connect(outbox);
        return new Inbox() {
            @Override
            public void on(AgentMessage message) {
                inbox.on(mishear.apply(message));
            }

            @Override
            public void closed(String why) {
                inbox.closed(why);
            }
        };
    }
}
