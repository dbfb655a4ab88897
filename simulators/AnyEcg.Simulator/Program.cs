using AnyEcg.Simulator;

return await new SimulatorCommand().RunAsync(args, Console.Out, Console.Error, TimeProvider.System);
