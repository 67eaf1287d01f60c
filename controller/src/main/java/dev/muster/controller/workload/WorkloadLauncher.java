package dev.muster.controller.workload;

import dev.muster.controller.state.Effect.StopGang;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.PlacementRecord;

/**
 * Starts and stops gangs on a substrate. Called on the loop thread, what acts at once when the decision is durable; never
 * blocks; each call may come again after a restart and must then change nothing.
 */
public interface WorkloadLauncher {

    /**
     * The order to start, for the hosts as they are at this moment; to be given once the decision is durable. A host that
     * begins a new life in between must not hear it: its ranks count as dead by then, and the next attempt may have begun.
     * Hosts that cannot be reached are told when they come back, for as long as the attempt is the job's latest.
     */
    Runnable start(JobRecord job, PlacementRecord placement);

    void stop(JobRecord job, PlacementRecord placement, StopGang manner);

    /** The end of the attempt is stored; hosts may forget it. */
    void forget(PlacementRecord placement);

    /** Ends what one host still runs of an attempt that has no place any more. */
    void stop(String host, String jobUid, int epoch, String why);

    /** Lets one host forget an ended run. */
    void forget(String host, String jobUid, int epoch);
}
