package dev.muster.scheduler.preemption;

/** Either how room is made for a job, or why it is not. */
public sealed interface PreemptionAnswer permits PreemptionPlan, PreemptionRefusal {}
