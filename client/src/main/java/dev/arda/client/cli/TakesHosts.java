package dev.arda.client.cli;

/** A command whose words choose hosts, so that their names can complete them. */
interface TakesHosts {}
