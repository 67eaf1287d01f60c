package dev.muster.controller.simulation.world;

/** What can go wrong; {@link Faults} says how. */
enum FaultKind {
    CONTROLLER_CRASH,
    CONTROLLER_STOP,
    CONTROLLER_PAUSE,
    CONTROLLER_PARTITION,
    STORE_PARTITION,
    AGENT_CRASH,
    HOST_CRASH,
    RANK_CRASH,
    PARTITION,
    ONE_WAY_PARTITION,
    TORN_CONNECTION,
    SLOW_NETWORK,
    LOST_ANSWERS,
    SLOW_DISK,
    LOST_COMMITS,
    UNKNOWN_COMMITS,
    CLOCK_JUMP,
    OLD_EPOCH_LIES,
    HEALTH_STORM,
    OPERATORS,
    CANCELLATIONS,
    HOLDS
}
