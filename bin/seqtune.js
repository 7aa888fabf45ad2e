#!/usr/bin/env node
import "../dist/orchestrator/cli/main.js";
