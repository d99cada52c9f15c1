package dev.arda.client.cli;

/** A command whose words name users, so that the flake's can complete them. */
interface TakesUsers {}
