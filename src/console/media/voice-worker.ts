import listen from 'benz-amr-recorder/src/amrnb.js'

// Answers { command: 'decode', buffer } with { amr: samples at 8 kHz, or null }.
listen()
