package dev.muster.controller.kubernetes.pods;

/** One attempt of a job. */
record GangKey(String jobUid, int attempt) {}
