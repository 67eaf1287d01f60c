package dev.muster.controller.simulation.invariant;

import dev.muster.controller.goodput.GoodputLedger;
import dev.muster.controller.goodput.JobLedger;
import dev.muster.controller.loop.FaultHandler.Fault;
import dev.muster.controller.session.AgentCommand.StartRun;
import dev.muster.controller.simulation.control.ControllerCore;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.scheduler.job.JobKey;
import java.util.Optional;

/** Is told of facts as they happen: in the world, on the disk, and at the ears of users. */
public interface Witness {

    // ---- in the world

    /** Processes of a run begin on a host, and take its accelerators. */
    default void ranksBegan(String host, StartRun order) {}

    /** The last of them is dead; its accelerators are free. */
    default void ranksEnded(String host, StartRun order, boolean succeeded) {}

    /** A host is to run what its free accelerators are not enough for. */
    default void acceleratorsLacking(String host, StartRun order) {}

    /** Every rank of an attempt took part in a step of training. */
    default void stepped(String jobUid, long epoch, long step) {}

    /** An agent did what a leader of this term told it. */
    default void obeyed(String host, String agentId, long term) {}

    // ---- on the disk, once it is durable

    default void stored(Optional<JobRecord> before, JobRecord job) {}

    default void removed(JobRecord job) {}

    default void stored(Optional<PlacementRecord> before, PlacementRecord placement) {}

    default void stored(String jobUid, JobLedger ledger) {}

    default void stored(String queue, GoodputLedger goodput) {}

    /** From now on the stored leader key is that of this term; 0: there is none. */
    default void leads(long term) {}

    /** What was decided in this term is being stored. */
    default void committed(long term) {}

    /** All that one transaction stored has been told. */
    default void transactionStored() {}

    // ---- at the ears of users and of whoever looks after the controller

    /** A user heard that the job is taken. */
    default void acknowledged(JobKey job, String uid) {}

    /** A controller gave up. */
    default void controllerFailed(Fault fault) {}

    /** Somebody set the controller's clock. */
    default void clockJumped() {}

    /** A controller is at rest: nothing waits in its loop, nothing is on its way to the disk. */
    default void atRest(ControllerCore controller) {}

    /** No fault is left, and everything had its time. */
    default void settled() {}
}
