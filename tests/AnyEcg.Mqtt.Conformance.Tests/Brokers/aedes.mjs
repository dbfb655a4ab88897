// The npm broker aedes on the loopback port given as the second argument; the first is where its packages are.
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { pathToFileURL } from 'node:url'

const [folder, port] = process.argv.slice(2)
const require = createRequire(pathToFileURL(`${folder}/`))
const { Aedes } = await import(pathToFileURL(require.resolve('aedes')))
const broker = await Aedes.createBroker()
createServer(broker.handle).listen(Number(port), '127.0.0.1')
